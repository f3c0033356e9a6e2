#pragma once

#include "app/filter/program/Input.h"
#include "app/filter/program/Jq.h"
#include "app/filter/program/Output.h"
#include "app/filter/program/Reports.h"
#include "app/filter/program/RoundedNumbers.h"

#include <string>

namespace keydesk::filter {

/// Runs a jq expression over each document of a body.
class JqFilter
{
public:
    JqFilter(Input &input, Output &output, Reports &reports, FilterProgress &progress);
    ~JqFilter();
    JqFilter(const JqFilter &) = delete;
    JqFilter &operator=(const JqFilter &) = delete;

    /// All that happens goes to the reports.
    void run(const std::string &expression);

private:
    [[nodiscard]] bool compile(const std::string &expression);
    /// The next document; invalid: there is none.
    [[nodiscard]] jv next();
    void filter(jv document);
    void write(jv result);
    void tellEnd();

    Input &m_input;
    Output &m_output;
    Reports &m_reports;
    FilterProgress &m_progress;
    RoundedNumbers m_rounded;
    bool m_toldRounded = false;
    bool m_bodyEnded = false;
    std::string m_fault;   // why the body cannot be read on
    std::string m_problem; // the first of the expression, in jq's words
    jv_parser *m_parser = nullptr;
    jq_state *m_jq = nullptr;
};

} // namespace keydesk::filter
