// What answers while the services are away, or answer that they fail: what was kept of them.

/** The answer that `ask` gets; where there is none, or the far side fails (5xx), what was kept before. With nothing kept
 *  the failure itself is the answer. */
export async function freshOrKept(
  ask: () => Promise<Response>,
  kept: () => Promise<Response | undefined>,
): Promise<Response> {
  const asked = await ask().then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ("answer" in asked && asked.answer.status < 500) return asked.answer;
  const before = await kept();
  if (before) return before;
  if ("answer" in asked) return asked.answer;
  throw asked.error;
}
