// The pages whose colours say most - grades, codes, shares, charts, what is late - have a picture in the dark too.

/** By the names of their places. */
export const DARK: readonly string[] = [
  "console",
  "console-requests",
  "console-ranking",
  "console-merchants",
  "console-merchants-id",
  "console-cases-id",
  "console-proceedings-id",
  "console-evaluations-id",
  "console-simulations-id",
  "console-operations-overview",
  "public",
  "public-merchants-id",
  "public-publicity",
  "public-certificates-number",
];
