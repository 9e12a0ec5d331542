import { CustomResource } from "@pulumi/pulumi";
import { edgesOf, members } from "./case";

/** As many resources as ours are, with about as many properties, of a provider that does nothing. */
class Edge extends CustomResource {
  constructor(name: string, args: object, dependsOn: CustomResource[] = []) {
    super("bench:index:Edge", name, { ...args, mirror: undefined, url: undefined }, { dependsOn });
  }
}

for (const member of members) {
  const { name: target, hub } = member;
  const node = new Edge(target, { target, peer: hub, hostname: hub, verifyTls: false, replicateByDefault: false });
  for (const edge of edgesOf(member)) new Edge(`${target}-${edge.table}`, { target, node: hub, ...edge }, [node]);
}
