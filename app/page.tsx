import { demoLeads, openedDemo } from "@/app/demo/open";
import { Home } from "@/components/home";
import { currentConfig } from "@/lib/config/current";

export default async function Page() {
  const demo = openedDemo();
  return <Home setting={currentConfig().setting} demo={demo && (await demoLeads(demo))} />;
}
