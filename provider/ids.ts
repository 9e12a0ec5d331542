import type { Resource } from "./resource";

/** The id of the same object as declared from its other end; undefined where only one end declares it. */
export function mirrorIdOf({ mirrored }: Pick<Resource, "mirrored">, id: string): string | undefined {
  const [one = "", other = "", ...rest] = id.split("/");
  return mirrored ? [other, one, ...rest].join("/") : undefined;
}
