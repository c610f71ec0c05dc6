// Must run before media-chrome's elements are defined, because some of their labels are read then.
import { setLanguage } from 'media-chrome/utils/i18n'
import 'media-chrome/lang/de'

setLanguage('de')
