export interface Limits {
  /**
   * Counts one use; throws `AppError('rate_limited', …, { retryAfter })` beyond the limit. Works without a database.
   * A key that others share is consumed only once it is known that the request could succeed (docs/limits.md).
   */
  consume(limit: LimitName, key: string): Promise<void>
}

export type LimitName =
  | 'checkout_per_ip'
  | 'login_letter_per_ip'
  | 'login_letter_per_address'
  | 'login_letter_per_address_day'
  | 'login_letter_known_browser'
  | 'login_letter_unknown'
  | 'link_guess_per_ip'
  | 'code_guess_per_ip'
  | 'code_guess_global'
  | 'play_per_ip'
  | 'progress_per_person'
  | 'settings_per_person'
  | 'search_per_person'
  | 'feed_guess_per_ip'
  | 'feed_per_person'
  | 'status_per_ip'
  | 'withdrawal_per_ip'
  | 'withdrawal_per_address'
  | 'address_change_per_ip'
  | 'address_change_per_order'
  | 'account_move_per_person'
  | 'claim_per_ip'
  | 'claim_day_per_ip'
  | 'claim_per_address'
  | 'claim_letter_per_owner'
  | 'claim_look_at_stripe'
  | 'certificate_per_ip'
  | 'certificate_pdf_per_person'
  | 'notes_per_person'
  | 'notebook_export_per_person'
