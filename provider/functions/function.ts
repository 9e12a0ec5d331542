import type { z } from "zod";
import type { Context } from "../resource";

/** A read-only question to one instance: its schema, and how it is answered. Secrets are never in an answer. */
export interface FunctionDefinition {
  /** Such as `getNodes`. */
  name: string;
  description: string;
  inputs: z.ZodObject;
  outputs: z.ZodObject;
  answer(context: Context): Promise<Record<string, unknown>>;
}
