"""Rows of shop.dog flow from the peer to home, and nothing else."""

import pulumi
import pulumi_harper as harper

config = pulumi.Config()

node = harper.Node(
    "peer",
    target="home",
    hostname=config.require("hostname"),
    peer="peer",
    replicate_by_default=False,
    verify_tls=False,
)
dog = harper.Subscription(
    "dog", target="home", node=node.name, database="shop", table="dog", publish=False
)
known = harper.get_nodes_output(
    target="home", opts=pulumi.InvokeOutputOptions(depends_on=[dog])
)

pulumi.export("instance", node.instance)
pulumi.export("node", node.name)
pulumi.export("peers", known.nodes.apply(lambda nodes: [one.name for one in nodes]))
pulumi.export(
    "tables",
    known.nodes.apply(
        lambda nodes: [
            edge.table for one in nodes for edge in one.subscriptions if edge.subscribe or edge.publish
        ]
    ),
)
