// What ours is measured against: the same events on a plain socket.io server, nothing kept.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, pingInterval: 25_000 });
io.on("connection", (socket) => {
  socket.on("join", ({ site }, answer) => {
    socket.join(site);
    answer({});
  });
  socket.on("echo", (data, answer) => answer(data));
  socket.on("post", (message, answer) => {
    io.to(message.site).emit("message", { message });
    answer({ message });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
