// The bus as somebody with a terminal sees it: what no service of ours would send.
import { once } from "node:events";
import { connect } from "node:net";

const ANSWERS_TO = "_INBOX.story";
const ANSWERS_WITHIN_MS = 30_000;
const AGAIN_MS = 200;
/** How the broker answers in place of who does not listen. */
const NOBODY = "NATS/1.0 503\r\n\r\n";

/** Says a message in the broker's own protocol, and waits until a stream says that it keeps it. Where none listens yet, as
 *  in the moment in which the services make theirs, the broker says so: the message went nowhere, and is said again. */
export async function publish(port: number, subject: string, text: string): Promise<void> {
  const broker = connect({ port, host: "127.0.0.1" });
  const latest = setTimeout(() => broker.destroy(new Error(`no stream keeps ${subject}`)), ANSWERS_WITHIN_MS);
  try {
    // The broker speaks first.
    await once(broker, "readable");
    const message = `PUB ${subject} ${ANSWERS_TO} ${Buffer.byteLength(text)}\r\n${text}\r\n`;
    broker.write(`CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\nSUB ${ANSWERS_TO} 1\r\n${message}`);
    let said = "";
    for await (const part of broker) {
      said += String(part);
      if (said.includes('"seq":')) return;
      if (!said.includes(NOBODY)) continue;
      said = "";
      setTimeout(() => broker.write(message), AGAIN_MS);
    }
    throw new Error(`no stream keeps ${subject}: ${said}`);
  } finally {
    clearTimeout(latest);
  }
}
