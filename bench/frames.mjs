// Raw Socket.IO frames over a WebSocket: cheaper for the one who measures than a whole client.
import { WebSocket } from "ws";

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const newId = () =>
  Array.from({ length: 26 }, () => "abcdefghijklmnopqrstuvwxyz234567"[Math.floor(Math.random() * 32)]).join("");

/** One socket in one namespace: `ask(event, data, answered)`, `hear` for what is pushed. */
export function open(url, { namespace, auth, headers }) {
  const prefix = namespace === "/" ? "" : namespace + ",";
  const asked = new Map();
  let asks = 0;
  const ws = new WebSocket(url + "/socket.io/?EIO=4&transport=websocket", { headers, perMessageDeflate: false });
  const line = {
    hear() {},
    ask(event, data, answered) {
      asked.set(++asks, answered);
      ws.send(`42${prefix}${asks}${JSON.stringify([event, data])}`);
    },
  };
  return new Promise((resolve, reject) => {
    ws.on("error", reject);
    ws.on("close", () => (line.isClosed = true));
    ws.on("message", (bytes) => {
      const text = bytes.toString();
      if (text === "2") ws.send("3");
      else if (text[0] === "0") ws.send(`40${prefix}${JSON.stringify(auth)}`);
      else if (text.startsWith("40")) resolve(line);
      else if (text.startsWith("44")) reject(new Error(text));
      else if (text.startsWith("42")) line.hear(...JSON.parse(text.slice(2 + prefix.length)));
      else if (text.startsWith("43")) {
        const [, id, data] = /^(\d+)(.*)$/s.exec(text.slice(2 + prefix.length));
        asked.get(+id)?.(JSON.parse(data)[0]);
        asked.delete(+id);
      }
    });
  });
}
