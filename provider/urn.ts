// `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`, from which a resource's name and type are read.

/** The stack as `PROJECT/STACK`. The organization is in no URN. */
export function stackOf(urn: string): { stack?: string } {
  const [stack, project] = urn.replace(/^urn:pulumi:/, "").split("::");
  return stack && project ? { stack: `${project}/${stack}` } : {};
}

/** The types of the resource's parents, and last its own. */
export const typesOf = (urn: string): string[] => urn.split("::")[2]?.split("$") ?? [];

export const typeOf = (urn: string): string => typesOf(urn).at(-1) ?? "";

/** What the program calls the resource. */
export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;
