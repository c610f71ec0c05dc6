import { Skeleton } from '#components/ui/Skeleton.tsx'

export default function Loading() {
  return (
    <div className="wrap page">
      <Skeleton />
    </div>
  )
}
