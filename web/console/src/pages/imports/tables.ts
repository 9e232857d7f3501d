/** What can be imported and exported. */
export const TABLES = ["merchants", "workers", "prices", "standards", "honours"] as const;
export type Table = (typeof TABLES)[number];
