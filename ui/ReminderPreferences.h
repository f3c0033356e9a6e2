#pragma once

class QFormLayout;

namespace keydesk {

class ProviderCatalog;
class Settings;

/// The rows of the Preferences about reminders: days before expiry, days until rotation for each provider,
/// the desktop's notifications.
void addReminderPreferences(QFormLayout *form, Settings &settings, const ProviderCatalog &providers);

} // namespace keydesk
