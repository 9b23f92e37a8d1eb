/** Where the page goes when the reader says what a service is called, and when that is taken back: addresses, so that Back undoes. */
import type { Address } from "@/lib/address";
import { mostMappings, parseAddressMapping, printAddressMapping } from "@/lib/address-mapping";
import type { MappingSetting } from "@/lib/setting";

/** The same environment and window: what is asked again differs in nothing but the name. */
export type Place = Pick<Address, "environment" | "window">;

const isOf = (text: string, { signal, service }: Pick<MappingSetting, "signal" | "service">): boolean => {
  const read = parseAddressMapping(text);
  return read.ok && read.mapping.signal === signal && read.mapping.service === service;
};

/** With this choice in place of an earlier one for the same service and signal; a string says why that cannot be. */
export function withChoice(address: Address, place: Place, mapping: MappingSetting): Address | string {
  const text = printAddressMapping(mapping);
  const read = parseAddressMapping(text);
  if (!read.ok) return `${read.error}.`;
  const others = address.mappings.filter((each) => !isOf(each, mapping));
  if (others.length >= mostMappings) return `An address holds ${mostMappings} choices; take one back first.`;
  return { ...address, ...place, mappings: [...others, text] };
}

export const withoutChoice = (address: Address, place: Place, text: string): Address => ({
  ...address,
  ...place,
  mappings: address.mappings.filter((each) => each !== text),
});
