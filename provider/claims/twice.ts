import type { Resource } from "../resource";
import { nameOf } from "../urn";
import { type Claimant, claimId } from "./claim";

/** The objects of this run's program, each with the resource that declares it. */
export class Twice {
  private readonly owners = new Map<string, { urn: string; id: string }>();

  /** Notes who declares an object; answers why that cannot be. Without a URN nobody can tell one resource from another. */
  clash(resource: Resource, id: string, { urn }: Claimant): string | undefined {
    if (urn === undefined) return undefined;
    const key = `${resource.name} ${claimId(resource, id)}`;
    const first = this.owners.get(key);
    if (!first) this.owners.set(key, { urn, id });
    if (!first || first.urn === urn) return undefined;
    const end = first.id === id ? "" : ", from its other end";
    return `${resource.name} ${id} is declared by the resource "${nameOf(first.urn)}", too${end}: leave out one of the two`;
  }
}
