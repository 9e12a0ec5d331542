import type { Output } from "@pulumi/pulumi";
import { expectTypeOf, test } from "vitest";
import type { GetNodesResult, RoutesOutputs, SubscriptionOutputs } from "../../sdk";

// The compiler looks, not the run.
test("what may be missing is typed so", () => {
  expectTypeOf<RoutesOutputs["undeclared"]>().toEqualTypeOf<Output<string[] | undefined>>();
  expectTypeOf<SubscriptionOutputs["authoritySerial"]>().toEqualTypeOf<Output<string | undefined>>();
  expectTypeOf<SubscriptionOutputs["instance"]>().toEqualTypeOf<Output<string>>();
  expectTypeOf<keyof GetNodesResult>().toEqualTypeOf<"instance" | "nodes">();
});
