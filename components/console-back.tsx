"use client";
/** After a jump: the way back to the phrase or the slot it began at, as long as that is out of sight. */
import { useEffect, useState } from "react";
import styles from "@/components/console.module.css";
import { Button } from "@/components/ui/button";
import { jumpBack, useOrigin } from "@/components/ui/jump";

export function BackLink() {
  const origin = useOrigin();
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!origin) return;
    const observer = new IntersectionObserver(([entry]) => setAway(entry?.isIntersecting === false));
    observer.observe(origin);
    return () => observer.disconnect();
  }, [origin]);
  if (!origin || !away) return null;
  return (
    <Button className={styles.back} icon="up" aria-keyshortcuts="b" onClick={jumpBack}>
      Back to “{origin.dataset.jump}”
    </Button>
  );
}
