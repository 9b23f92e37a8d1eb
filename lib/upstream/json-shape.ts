/** JSON that already stands in memory -> what a schema makes of it, or where it differs. */
import "server-only";
import type { z } from "zod";
import { type Failure, fail, type Reading } from "@/lib/upstream/reply";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Runs `use` on what the schema accepts; else a `wrong-shape` failure with the path of the first difference. */
export function shaped<T>(schema: z.ZodType<T>, json: unknown, use: (value: T) => Reading): Reading | Failure {
  const result = schema.safeParse(json);
  if (result.success) return use(result.data);
  const issue = result.error.issues[0];
  const path = issue?.path.map(String).join(".") ?? "";
  return fail("wrong-shape", `${path === "" ? "the document" : path}: ${issue?.message ?? "unexpected"}`);
}
