import { Home } from "@/components/home";
import { currentConfig } from "@/lib/config/current";

export default function Page() {
  return <Home setting={currentConfig().setting} />;
}
