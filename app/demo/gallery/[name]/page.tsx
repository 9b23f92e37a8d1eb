import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { openedDemo } from "@/app/demo/open";
import { caseNameFrom } from "@/components/gallery/case-names";
import { GalleryCase } from "@/components/gallery/gallery";

type Props = { readonly params: Promise<{ readonly name: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: caseNameFrom((await params).name) ?? "Gallery" };
}

export default async function Page({ params }: Props) {
  const name = caseNameFrom((await params).name);
  if (!openedDemo() || !name) notFound();
  return <GalleryCase name={name} />;
}
