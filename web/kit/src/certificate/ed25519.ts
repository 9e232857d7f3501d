// Ed25519: by the browser where it knows it, else by a small library that is fetched only then.

/** Whether the key signed the message. */
export async function verifies(key: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  try {
    const known = await crypto.subtle.importKey("raw", own(key), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, own(signature), own(message));
  } catch {
    // An older browser, or a page without TLS, has none; a key that is none fails below as well.
    const [{ hashes, verify }, { sha512 }] = await Promise.all([
      import("@noble/ed25519"),
      import("@noble/hashes/sha2.js"),
    ]);
    hashes.sha512 = sha512;
    return verify(signature, message, key, { zip215: false });
  }
}

/** A copy in a buffer of its own, which is what the browser asks for. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
