import { generate } from "selfsigned";
import type { z } from "zod";
import { connectionProblems, connectionSchema } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import { type FieldShape, shapeOf } from "../../provider/schema";
import { canary, plainCanary } from "./canaries";

/** Something with a canary in it: what it is, and what is to be seen nowhere. */
export interface Baited<T> {
  title: string;
  value: T;
  secrets: Record<string, string>;
}

type Fields = Record<string, unknown>;
const made = generate([{ name: "commonName", value: "localhost" }]);

/**
 * Connections to an endpoint, one for each field that the schema has as secret: a new one needs no change here. What it
 * cannot be without, is given.
 */
export async function baitedConnections(endpoint: string): Promise<Baited<Fields>[]> {
  const { cert, private: key } = await made;
  const shape = connectionSchema.shape as Record<string, z.ZodType>;
  const secret = Object.keys(shape).filter((name) => shape[name]?.meta()?.secret);
  return secret.map((name) => {
    // A key is one that can be read, if it has to be.
    const takes = (text: string) => shape[name]?.safeParse(text).success;
    const text = [name === "token" ? plainCanary() : canary(), plainCanary(), key].find(takes) ?? "";
    // The lines around a key are no secret.
    const secrets: Record<string, string> = { [name]: text.replace(/-----[^-]+-----/g, "").trim() };
    const login = { username: "admin", password: canary() };
    const alone = { endpoint, [name]: text };
    const connection: Fields = name === "password" ? { ...alone, username: "admin" } : { ...login, ...alone };
    for (const { property } of connectionProblems(connection)) connection[property] ??= cert;
    if (connectionProblems(connection).length > 0) for (const other of Object.keys(login)) delete connection[other];
    if (connection.password) secrets.password = String(connection.password);
    const wrong = connectionProblems(connection);
    if (wrong.length > 0) throw new Error(`a connection with a ${name} cannot be made here: ${JSON.stringify(wrong)}`);
    return { title: name, value: connection, secrets };
  });
}

/** Values for each property of a resource that the schema has as secret, one for each form that it takes. */
export function baitedInputs(name: keyof typeof resources): Baited<Fields>[] {
  const { properties = {}, $defs = {} } = shapeOf(resources[name].inputs);
  const secret = Object.entries(properties).filter(([, shape]) => shape.secret);
  return secret.flatMap(([property, shape]) =>
    forms(shape, $defs).flatMap((form) =>
      values(form, property, $defs).map(({ title, value, secrets }) => ({
        title: `${property} as ${title}`,
        value: { [property]: value },
        secrets,
      })),
    ),
  );
}

const named = (shape: FieldShape, defs: Record<string, FieldShape>) =>
  shape.$ref ? (defs[shape.$ref.slice(shape.$ref.lastIndexOf("/") + 1)] ?? shape) : shape;
const forms = (shape: FieldShape, defs: Record<string, FieldShape>) =>
  (shape.anyOf ?? [shape]).map((one) => named(one, defs));

function values(shape: FieldShape, name: string, defs: Record<string, FieldShape>): Baited<unknown>[] {
  const secret = canary();
  if (shape.type === "string") {
    const basic = `Basic ${Buffer.from(`admin:${secret}`).toString("base64")}`;
    return [
      { title: "text", value: secret, secrets: { [name]: secret } },
      { title: "a header", value: basic, secrets: { [name]: secret, header: basic.slice("Basic ".length) } },
    ];
  }
  if (shape.type !== "object") throw new Error(`a ${shape.type} with a secret in it cannot be made here`);
  const members = Object.entries(shape.properties ?? {}).map(([key, member]) => [
    key,
    named(member, defs).secret ? secret : "admin",
  ]);
  return [{ title: "an object", value: Object.fromEntries(members), secrets: { [name]: secret } }];
}
