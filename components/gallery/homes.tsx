"use client";
/** The first page before anything is connected, and after. */
import { shop } from "@/components/gallery/checkout";
import { Home } from "@/components/home";

export function Homes({ first }: { readonly first: boolean }) {
  return <Home setting={{ environments: first ? [] : [shop] }} demo={null} />;
}
