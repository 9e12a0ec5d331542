import { hash } from "node:crypto";
import type { Inputs, Resource } from "../resource";
import { hasUnknown } from "../unknown";

/** A resource that declares an object, by its URN where the front end is told; and whether the object was written since. */
interface Owner {
  urn: string | undefined;
  state: "as it is" | "written";
}

/**
 * The objects that the program of this run declares. The engine deletes by resource, and one object may have had two: it
 * was renamed without `aliases`, replaced by what it was already, or declared twice. What is declared is not taken away.
 *
 * An object is declared when inputs that were checked, which only those of programs are, are then compared with its state
 * and do not replace it; or when they were created, and it was there.
 */
export class Declared {
  /** Digests: the texts of thousands are megabytes. */
  private readonly inputs = new Set<string>();
  private readonly objects = new Map<string, readonly Owner[]>();

  checked(resource: Resource, inputs: Inputs): void {
    if (!hasUnknown(inputs)) this.inputs.add(digestOf(resource, inputs));
  }

  compared(resource: Resource, id: string, inputs: Inputs, urn?: string): void {
    if (this.inputs.has(digestOf(resource, inputs))) this.note(resource, id, { urn, state: "as it is" });
  }

  adopted(resource: Resource, id: string, urn?: string): void {
    this.note(resource, id, { urn, state: "as it is" });
  }

  /** It is to make way for another one. */
  replaced(resource: Resource, id: string, urn?: string): void {
    this.objects.set(keyOf(resource, id), this.othersThan(urn, resource, id));
  }

  /** Made or changed for this resource: it is this one's to take away. */
  written(resource: Resource, id: string, urn?: string): void {
    this.note(resource, id, { urn, state: "written" });
  }

  /** Whether it has to stay although the engine deletes it for the resource of this URN. */
  keeps(resource: Resource, id: string, urn?: string): boolean {
    const owners = this.objects.get(keyOf(resource, id)) ?? [];
    return owners.some((owner) => owner.urn !== urn || urn === undefined || owner.state === "as it is");
  }

  private note(resource: Resource, id: string, owner: Owner): void {
    this.objects.set(keyOf(resource, id), [...this.othersThan(owner.urn, resource, id), owner]);
  }

  private othersThan(urn: string | undefined, resource: Resource, id: string): readonly Owner[] {
    return (this.objects.get(keyOf(resource, id)) ?? []).filter((owner) => owner.urn !== urn);
  }
}

const keyOf = ({ name }: Resource, id: string): string => `${name} ${id}`;

/** The same for the same inputs, in whatever order their fields are. */
const digestOf = ({ name }: Resource, inputs: Inputs): string =>
  hash("sha1", `${name} ${JSON.stringify(inputs, sorted)}`, "base64");

const sorted = (_key: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
