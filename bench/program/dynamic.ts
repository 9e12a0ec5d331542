import { Node, Subscription } from "pulumi-harper";
import { edgesOf, inline, members } from "./case";

for (const member of members) {
  const { name: target, hub } = member;
  const args = { target, peer: hub, hostname: hub, verifyTls: false };
  if (inline) new Node(target, { ...args, subscriptions: edgesOf(member) });
  else {
    const { name: node } = new Node(target, { ...args, replicateByDefault: false });
    for (const edge of edgesOf(member)) new Subscription(`${target}-${edge.table}`, { target, node, ...edge });
  }
}
