import { z } from "zod";

/**
 * As `safeParse`. A value over which Zod itself stumbles, as over a text's least length in `{ length: { toString: 1 } }`, is
 * wrong, too.
 */
export function parsed<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  try {
    return schema.safeParse(value);
  } catch {
    const issue = { code: "custom" as const, path: [], message: "is not what can be read here", input: value };
    return { success: false, error: new z.ZodError([issue]) as z.ZodError<z.output<T>> };
  }
}
