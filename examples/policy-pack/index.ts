// The rules of `pulumi-harper check` as a policy pack: `pulumi preview --policy-pack DIR`, or published for an organisation.
import { PolicyPack } from "@pulumi/policy";
import { harperPolicies } from "pulumi-harper/policy";

new PolicyPack("harper", {
  policies: harperPolicies({
    shardReplicas: 3,
    silence: [{ rule: "cut-node", at: "us-1", reason: "the hub is three machines behind one address" }],
  }),
});
