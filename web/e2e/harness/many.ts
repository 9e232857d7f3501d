// Many rows in a database of the platform: while it is stopped, each like the one that is there.
import { existsSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import initSqlJs from "sql.js";

/** Where SQLite says in a file that it keeps a log beside it, which a file alone in memory cannot have. */
const [WRITES_AT, READS_AT] = [18, 19] as const;
const WITHOUT_LOG = 1;

/** So many rows of the last one of the table; `given` names the columns in which they differ, as expressions over the
 *  row's number `i`. */
export async function multiply(
  file: string,
  table: string,
  count: number,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const log = `${file}-wal`;
  if (existsSync(log) && statSync(log).size > 0) throw new Error(`${file} was not closed`);
  const bytes = await readFile(file);
  bytes[WRITES_AT] = WITHOUT_LOG;
  bytes[READS_AT] = WITHOUT_LOG;
  const { Database } = await initSqlJs();
  const database = new Database(bytes);
  const columns = database.exec(`SELECT name FROM pragma_table_info('${table}')`)[0]?.values.map(String) ?? [];
  const values = columns.map((column) => given[column] ?? `o.${column}`);
  database.run(
    `INSERT INTO ${table} (${columns.join(", ")})
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     SELECT ${values.join(", ")} FROM n, (SELECT * FROM ${table} ORDER BY rowid DESC LIMIT 1) AS o`,
  );
  if (database.getRowsModified() !== count) throw new Error(`${table} has no row to begin with`);
  await writeFile(file, database.export());
  database.close();
}
