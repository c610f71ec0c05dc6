export function Switch({ name, on, onSwitch }: { name: string; on: boolean; onSwitch: (on: boolean) => void }) {
  return (
    <label className="player-switch">
      <input type="checkbox" checked={on} onChange={({ target }) => onSwitch(target.checked)} />
      <span>{name}</span>
    </label>
  )
}
