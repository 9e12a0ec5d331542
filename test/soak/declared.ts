import type { World } from "../lifecycle/world";
import { programOf } from "../model/program";
import type { Topology } from "../model/topology";

/** A topology as the data that the program of the soak reads. Every edge is made to flow, whatever that interrupts. */
export function declared(topology: Topology, world: World): object[] {
  const nameOf = (urn: string) => ({ name: { nameOf: urn } });
  return programOf(topology, world).map(({ urn, type, inputs }) => {
    const given = inputs(nameOf as never);
    return { name: urn, type, inputs: { ...given, ...(type !== "Route" && { activate: "reconnect" }) } };
  });
}
