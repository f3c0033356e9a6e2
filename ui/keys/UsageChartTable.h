#pragma once

namespace keydesk {

/// From now on screen readers find each UsageChart to be a table: Day, Calls, Failed. May be called again.
void installUsageChartTable();

} // namespace keydesk
