import { type Input, output, secret } from "@pulumi/pulumi";

/** Outputs that only the provider knows: Pulumi wants them named. */
export const unset = (keys: readonly string[]): Record<string, undefined> =>
  Object.fromEntries(keys.map((key) => [key, undefined]));

/** The arguments with what is secret marked: the named fields, and a target that carries a connection. */
export function secretly<A extends { target?: Input<unknown> }>(args: A, fields: ReadonlyArray<keyof A> = []): A {
  const marked = { ...args };
  for (const field of fields) if (marked[field] !== undefined) marked[field] = secret(marked[field]) as A[keyof A];
  if (args.target !== undefined && typeof args.target !== "string")
    marked.target = output(args.target).apply((target) => (typeof target === "string" ? target : secret(target)));
  return marked;
}

/** Connections are secret as a whole where one of them carries credentials: the engine marks no less of a list. */
export function withSecretConnections<A extends { connections?: Input<Input<object>[]> }>(args: A): A {
  if (args.connections === undefined) return args;
  const connections = output(args.connections as Input<{ authorization?: unknown }[]>).apply((list) =>
    list.some(({ authorization }) => authorization !== undefined) ? secret(list) : list,
  );
  return { ...args, connections };
}
