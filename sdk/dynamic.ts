import { CustomResource, type CustomResourceOptions, getProject, getStack, type Input } from "@pulumi/pulumi";
import { unset } from "./arguments";

/**
 * What Pulumi's `dynamic.Resource` is: a type, and as `__provider` a module's text whose `handler` answers the provider.
 * `dynamic.Resource` serialises the provider into that text, so that every program loads it, and all that Node has is
 * looked through; of a provider that is a file of an installed package this line does.
 */
export class DynamicResource extends CustomResource {
  constructor(
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    options: CustomResourceOptions | undefined,
  ) {
    const props: Record<string, Input<unknown>> = {
      ...unset(outputs),
      ...args,
      // Which resource it is, as this provider is told no URN. The engine neither shows nor compares it.
      __origin: `urn:pulumi:${getStack()}::${getProject()}::harper:index:${type}::${name}`,
      __provider: `exports.handler = () => require("pulumi-harper/dynamic/${fileOf(type)}.js");`,
    };
    super(`pulumi-nodejs:dynamic/harper:${type}`, name, props, options);
  }
}

/** `ClusterReady` → `cluster-ready`. */
const fileOf = (type: string): string => type.replace(/\B[A-Z]/g, "-$&").toLowerCase();
