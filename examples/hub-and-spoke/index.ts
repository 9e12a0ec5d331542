// A hub that collects orders from every spoke and hands its prices to all of them. Another spoke is another line of config.
import { Config } from "@pulumi/pulumi";
import { Node } from "pulumi-harper";

const config = new Config();
/** `pulumi config set --path spokes.eu-1 eu-1.example.com`; the name is also the one in harper:instances. */
const spokes = config.requireObject<Record<string, string>>("spokes");
const verifyTls = config.getBoolean("verifyTls");

for (const [peer, hostname] of Object.entries(spokes)) {
  new Node(peer, {
    target: config.require("hub"),
    peer,
    hostname,
    verifyTls,
    // All that goes between the hub and this spoke: a table that is taken out of the list is turned off.
    subscriptions: [
      { database: "shop", table: "orders", publish: false },
      { database: "shop", table: "prices", subscribe: false },
    ],
  });
}
