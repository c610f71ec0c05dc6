// Before any element: some labels are read while an element is defined, and would stay English.
import { setLanguage } from 'media-chrome/utils/i18n'
import 'media-chrome/lang/de'

setLanguage('de')
