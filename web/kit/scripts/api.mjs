// Makes what the services say of themselves into TypeScript: the types of their answers, who may do what, and what
// their refusals mean.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const docs = new URL("../../../docs/", import.meta.url);
const generated = new URL("../src/api/generated/", import.meta.url);

await mkdir(generated, { recursive: true });
for (const service of ["intake", "dispatch", "feedback", "credit"]) {
  const types = await openapiTS(new URL(`openapi/${service}.json`, docs), { alphabetize: true });
  await writeFile(new URL(`${service}.ts`, generated), astToString(types));
}
for (const [file, name, what] of [
  ["permissions", "MATRIX", "Which roles have a permission."],
  ["problems", "PROBLEMS", "What each code of a refusal means, by the service that answers with it."],
]) {
  const found = await readFile(new URL(`${file}.json`, docs), "utf8");
  await writeFile(
    new URL(`${file}.ts`, generated),
    `/** ${what} */\nexport const ${name} = ${found.trim()} as const;\n`,
  );
}
