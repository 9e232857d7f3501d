// What the deployment says of itself. Without it no page can ask for anything.

/** After this long nobody answers. */
const PATIENCE_MS = 10_000;

/** Null where they cannot be had: nobody answers, or not with settings. */
export async function settingsOf<Settings>(
  address: string,
  areSettings: (said: unknown) => said is Settings,
  ask: typeof fetch = fetch,
): Promise<Settings | null> {
  try {
    const answer = await ask(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const said: unknown = answer.ok ? await answer.json() : null;
    return areSettings(said) ? said : null;
  } catch {
    return null;
  }
}
