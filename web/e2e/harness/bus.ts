// The bus as somebody with a terminal sees it: what no service of ours would send.
import { once } from "node:events";
import { connect } from "node:net";

const ANSWERS_TO = "_INBOX.story";
const ANSWERS_WITHIN_MS = 10_000;

/** Says a message in the broker's own protocol, and waits until a stream says that it keeps it. */
export async function publish(port: number, subject: string, text: string): Promise<void> {
  const broker = connect({ port, host: "127.0.0.1", timeout: ANSWERS_WITHIN_MS });
  broker.once("timeout", () => broker.destroy(new Error(`no stream says that it keeps ${subject}`)));
  // The broker speaks first.
  await once(broker, "readable");
  const says = [
    'CONNECT {"verbose":false}',
    `SUB ${ANSWERS_TO} 1`,
    `PUB ${subject} ${ANSWERS_TO} ${Buffer.byteLength(text)}`,
    text,
  ];
  broker.write(says.map((line) => `${line}\r\n`).join(""));
  let said = "";
  for await (const part of broker) {
    said += String(part);
    if (said.includes('"seq":')) return;
  }
  throw new Error(`no stream keeps ${subject}: ${said}`);
}
