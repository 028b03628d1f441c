/** `aftersale build`: everything that is generated and so not in the repository. Quick when nothing has changed. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { IntentFile, openClassifier } from "../../embeddings/index.js";
import { WorldFile } from "../../sandbox/world/index.js";
import { buildStudio } from "../../studio/index.js";
import { buildWidget, formatSizes } from "../../widget/index.js";
import { ShopFile } from "../config.js";
import { jsonSchema as rulesJsonSchema } from "../decisions/index.js";
import { policyJsonSchema } from "../dialogue/index.js";
import { PROJECT } from "../shop-files.js";
import { progress } from "./progress.js";

export async function build(): Promise<number> {
  await writeSchemas();
  process.stderr.write(`${formatSizes(await buildWidget())}\n`);
  await buildStudio();
  const classifier = await openClassifier({
    onProgress: progress(process.stderr, "Learning the intents' examples (first start, or they changed)"),
  });
  await classifier.close();
  return 0;
}

async function writeSchemas(): Promise<void> {
  const schemas: readonly [file: string, schema: unknown][] = [
    ["policies/schema/policy.schema.json", policyJsonSchema()],
    ["embeddings/schema/intent.schema.json", z.toJSONSchema(IntentFile, { io: "input" })],
    ["rules/schema/rules.schema.json", rulesJsonSchema()],
    ["sandbox/schema/world.schema.json", z.toJSONSchema(WorldFile, { io: "input" })],
    ["sandbox/schema/shop.schema.json", z.toJSONSchema(ShopFile, { io: "input" })],
  ];
  for (const [file, schema] of schemas) {
    const path = join(PROJECT, file);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, `${JSON.stringify(schema, null, 2)}\n`);
  }
}
