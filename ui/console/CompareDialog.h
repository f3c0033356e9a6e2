#pragma once

#include "app/base/Background.h"
#include "app/body/AnswerComparison.h"
#include "ui/console/ShownCall.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace keydesk {

class CodeView;
class ComparisonModel;
class Redactor;
class RoleLabel;

/// One of the two answers that are compared.
struct ComparedCall
{
    QString title; ///< "Now, in “Production”"
    ShownCall call;
};

/// Two answers beside each other: what differs, by place, and the two values of the one that is selected.
class CompareDialog : public QDialog
{
    Q_OBJECT

public:
    CompareDialog(const ComparedCall &left, const ComparedCall &right, const Redactor &redactor, QWidget *parent = nullptr);

Q_SIGNALS:
    void compared(); ///< what differs is on screen

private:
    enum State { Waiting, Same, Different };

    QWidget *makeSide(const ComparedCall &side, const QString &accessibleName);
    QWidget *makeTable();
    QWidget *makeValues();
    void compare();
    void showComparison(const AnswerComparison &comparison);
    void showValues();
    void swap();

    const Redactor &m_redactor;
    ComparedCall m_left;
    ComparedCall m_right;
    QWidget *m_sides;
    QLabel *m_summary;
    RoleLabel *m_notes;
    QLineEdit *m_search;
    QStackedWidget *m_states;
    ComparisonModel *m_model;
    QSortFilterProxyModel *m_found;
    QTableView *m_table;
    QLabel *m_place;
    CodeView *m_leftValue;
    CodeView *m_rightValue;
    Background m_background;
};

} // namespace keydesk
