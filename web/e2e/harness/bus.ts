// The bus as somebody with a terminal sees it: what no service of ours would send.
import { once } from "node:events";
import { connect } from "node:net";

/** Says a message in the broker's own protocol, and waits until the broker has read it. */
export async function publish(port: number, subject: string, text: string): Promise<void> {
  const broker = connect(port, "127.0.0.1");
  await once(broker, "connect");
  broker.write(`CONNECT {"verbose":false}\r\nPUB ${subject} ${Buffer.byteLength(text)}\r\n${text}\r\nPING\r\n`);
  let said = "";
  for await (const part of broker) {
    said += String(part);
    if (said.includes("PONG")) break;
  }
}
