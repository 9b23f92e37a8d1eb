/** A mail server that takes whatever it is sent and keeps it: as much of SMTP as one sender needs (RFC 5321). */
import { createServer, type Server, type Socket } from "node:net";

export type Mailbox = {
  readonly port: number;
  /** Each as it came: headers, a blank line, the parts. */
  readonly mails: readonly string[];
  readonly close: () => Promise<void>;
};

function serve(socket: Socket, mails: string[]): void {
  let rest = "";
  let data: string[] | null = null;
  const say = (line: string): void => {
    socket.write(`${line}\r\n`);
  };
  const hear = (line: string): void => {
    const word = line.slice(0, 4).toUpperCase();
    if (data !== null && line !== ".") {
      // A line that begins with a dot is sent with two.
      data.push(line.replace(/^\./, ""));
    } else if (data !== null) {
      mails.push(data.join("\n"));
      data = null;
      say("250 kept");
    } else if (word === "DATA") {
      data = [];
      say("354 go on");
    } else if (word === "QUIT") {
      say("221 bye");
      socket.end();
    } else say("250 mail.test");
  };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    const lines = `${rest}${chunk.toString("latin1")}`.split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) hear(line);
  });
  say("220 mail.test");
}

export async function startMailbox(port: number): Promise<Mailbox> {
  const mails: string[] = [];
  const server: Server = createServer((socket) => serve(socket, mails));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** The text of quoted-printable (RFC 2045), which folds long lines. */
export const unfolded = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    "latin1",
  ).toString("utf8");
