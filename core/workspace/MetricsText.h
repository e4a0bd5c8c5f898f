// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics in the two forms in which they are told: Prometheus' text, by its own C++ library, and JSON. Pure.
#pragma once

#include "workspace/Metrics.h"

#include <QJsonObject>

namespace ch::workspace {

/// The text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
[[nodiscard]] QByteArray prometheusText(const Metrics& metrics);

/// {"metrics":[{"name","type","labels","value"}],"histograms":[{"name","labels","buckets":[{"le","count"}],"count","sum_seconds"}]}
[[nodiscard]] QJsonObject metricsJson(const Metrics& metrics);

} // namespace ch::workspace
