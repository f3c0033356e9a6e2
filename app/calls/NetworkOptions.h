#pragma once

#include "app/http/HttpClient.h"

namespace keydesk {

class Settings;

/// What the user chose for all calls in Preferences: timeout, how much of an answer is kept, proxy.
HttpClient::Options networkOptions(const Settings &settings);

} // namespace keydesk
