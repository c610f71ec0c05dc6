/** Top-level parameters of `POST /v1/checkout/sessions` in API 2026-10-28.endive; any other is refused as unknown. */
export const knownParameters = new Set(
  `adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types automatic_tax
  billing_address_collection branding_settings cancel_url client_reference_id consent_collection currency custom_fields
  custom_text customer customer_account customer_creation customer_email customer_update discounts
  excluded_payment_method_types expand expires_at integration_identifier invoice_creation line_items locale
  managed_payments metadata mode name_collection optional_items origin_context payment_intent_data
  payment_method_collection payment_method_configuration payment_method_data payment_method_options permissions
  phone_number_collection redirect_on_completion return_url saved_payment_method_options setup_intent_data
  shipping_address_collection shipping_options submit_type subscription_data success_url tax_id_collection ui_mode
  wallet_options`.split(/\s+/),
)

export const locales =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  )
