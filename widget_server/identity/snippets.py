"""What a site's own program does, ready to be copied; a test runs those whose language is at hand."""

PYTHON = """import hashlib, hmac, json, os

def chat_identity(user):
    parts = [str(user.id), user.name or "", user.email or "", user.phone or "", ""]
    secret = os.environ["WIDGET_IDENTITY_SECRET"]
    proof = hmac.new(secret.encode(), "\\n".join(parts).encode(), hashlib.sha256).hexdigest()
    names = ["id", "name", "email", "phone"]
    return json.dumps({**dict(zip(names, parts)), "hash": proof})
"""
PHP = """<?php
function chat_identity($user) {
    $parts = [(string) $user->id, $user->name ?? '', $user->email ?? '', $user->phone ?? '', ''];
    $proof = hash_hmac('sha256', implode("\\n", $parts), getenv('WIDGET_IDENTITY_SECRET'));
    [$id, $name, $email, $phone] = $parts;
    return json_encode(['id' => $id, 'name' => $name, 'email' => $email, 'phone' => $phone, 'hash' => $proof]);
}
"""
NODE = """const { createHmac } = require("node:crypto");

function chatIdentity({ id, name = "", email = "", phone = "" }) {
  const parts = [String(id), name, email, phone, ""];
  const hmac = createHmac("sha256", process.env.WIDGET_IDENTITY_SECRET);
  const hash = hmac.update(parts.join("\\n")).digest("hex");
  return JSON.stringify({ id: parts[0], name, email, phone, hash });
}
"""
RUBY = """require "openssl"
require "json"

def chat_identity(user)
  parts = [user.id.to_s, user.name.to_s, user.email.to_s, user.phone.to_s, ""]
  proof = OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("WIDGET_IDENTITY_SECRET"), parts.join("\\n"))
  JSON.generate(%w[id name email phone].zip(parts).to_h.merge("hash" => proof))
end
"""
SNIPPETS = (("Python", PYTHON), ("PHP", PHP), ("Node.js", NODE), ("Ruby", RUBY))
