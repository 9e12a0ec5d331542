import type { Inputs, Resource } from "../resource";
import { hasUnknown } from "../unknown";

/** Who declares an object: the URN of its resource, where the front end is told; and whether it was written since. */
type Owners = Map<string | undefined, "as it is" | "written">;

/**
 * The objects that the program of this run declares. The engine deletes by resource, and one object may have had two: it
 * was renamed without `aliases`, replaced by what it was already, or declared twice. What is declared is not taken away.
 *
 * An object is declared when inputs that were checked, which only those of programs are, are then compared with its state
 * and do not replace it; or when they were created, and it was there.
 */
export class Declared {
  private readonly inputs = new Set<string>();
  private readonly objects = new Map<string, Owners>();

  checked(resource: Resource, inputs: Inputs): void {
    if (!hasUnknown(inputs)) this.inputs.add(inputsKey(resource, inputs));
  }

  compared(resource: Resource, id: string, inputs: Inputs, urn?: string): void {
    if (this.inputs.has(inputsKey(resource, inputs))) this.ownersOf(resource, id).set(urn, "as it is");
  }

  adopted(resource: Resource, id: string, urn?: string): void {
    this.ownersOf(resource, id).set(urn, "as it is");
  }

  /** It is to make way for another one. */
  replaced(resource: Resource, id: string, urn?: string): void {
    this.ownersOf(resource, id).delete(urn);
  }

  /** Made or changed for this resource: it is this one's to take away. */
  written(resource: Resource, id: string, urn?: string): void {
    this.ownersOf(resource, id).set(urn, "written");
  }

  /** Whether it has to stay although the engine deletes it for the resource of this URN. */
  keeps(resource: Resource, id: string, urn?: string): boolean {
    const owners = [...this.ownersOf(resource, id)];
    return owners.some(([owner, state]) => owner !== urn || urn === undefined || state === "as it is");
  }

  private ownersOf({ name }: Resource, id: string): Owners {
    const key = `${name} ${id}`;
    const owners = this.objects.get(key) ?? new Map();
    this.objects.set(key, owners);
    return owners;
  }
}

/** The same text for the same inputs, in whatever order their fields are. */
const inputsKey = ({ name }: Resource, inputs: Inputs): string => `${name} ${JSON.stringify(inputs, sorted)}`;

const sorted = (_key: string, value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
